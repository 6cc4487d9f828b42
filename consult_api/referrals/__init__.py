"""Sending a patient to another institution and back."""
