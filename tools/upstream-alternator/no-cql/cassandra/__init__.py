"""Stands in for the CQL driver where there is no CQL: the suite looks for a role with it, and does without if it finds none."""
