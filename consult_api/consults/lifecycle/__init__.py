"""What happens to a consult: drafting, every step, reports and signing, studies, rooms and the clock."""
