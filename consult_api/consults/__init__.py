"""A township doctor's question, the specialist who takes it, the signed answer and what becomes of it."""
