"""A site's gateway: one HTTPS service for all kiosks, in front of the one eligibility service that the site may ask."""
