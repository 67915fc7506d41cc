"""The ports on AWS: the only code that imports boto3, and the only code that knows its errors."""
