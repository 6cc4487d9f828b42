"""The referral as pure rules: its states, its transition tables up and down, and what each step asks for."""
