"""The clinical work: who asks whom about which patient, what was answered, and where the patient goes next."""
