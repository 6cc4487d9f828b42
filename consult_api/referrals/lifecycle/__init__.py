"""What happens to a referral: drafting, every step of it, and what the clock tells."""
