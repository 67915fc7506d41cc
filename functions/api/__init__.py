"""HTTP in: FastAPI behind API Gateway."""
