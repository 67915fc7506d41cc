"""The rules of callbacks: where one may go, how it is signed, what becomes of it."""
