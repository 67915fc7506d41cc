"""Heavylift: heavy work over HTTP on serverless AWS.

HTTP → submit → record → queue → worker → run_job → task → outputs
"""
