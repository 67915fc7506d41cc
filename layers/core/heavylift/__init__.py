"""Heavylift: heavy work over HTTP on serverless AWS.

HTTP → submit → record → queue → worker → task → outputs
"""
