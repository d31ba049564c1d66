"""Rounds, framework versions, the handover, registration, selection and guidance."""
