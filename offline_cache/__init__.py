"""Everything encrypted on disk: keys, cached eligibility, and the journal of accesses."""
