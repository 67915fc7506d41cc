"""The ports on AWS. No other code imports boto3 or handles its errors."""
