"""The failure book: for each problem a sentence for the patient, a step for the receptionist, a remedy for IT."""
