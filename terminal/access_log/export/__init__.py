"""One and the same entry in the forms that others read: a table, JSON lines, FHIR AuditEvents, DICOM audit messages."""
