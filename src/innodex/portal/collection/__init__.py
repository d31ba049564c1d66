"""Submissions, items and all their transitions, checks, evidence, central figures, the workbook."""
