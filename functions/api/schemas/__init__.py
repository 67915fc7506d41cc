"""The models of requests and responses, as the OpenAPI document shows them. A file for each thing."""
