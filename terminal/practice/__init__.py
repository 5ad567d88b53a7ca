"""The practice set: invented people, their cards, and a practice eligibility service with faults on demand."""
