"""Who the patients are and what their record page shows."""
