"""List prices of us-east-1 in US dollars: from AWS's price pages, since DynamoDB's cut of November 2024.

aws.amazon.com/lambda/pricing, /api-gateway/pricing, /sqs/pricing, /dynamodb/pricing/on-demand, /s3/pricing,
/cloudwatch/pricing, /eventbridge/pricing. Nothing is deducted for what is free each month.
"""

MILLION = 1_000_000

LAMBDA_GB_S = 0.0000166667
LAMBDA_CALL = 0.20 / MILLION
SNAPSTART_GB_S = 0.0000015046
HTTP_API_REQUEST = 1.00 / MILLION
QUEUE_REQUEST = 0.40 / MILLION
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
PUT = 5.00 / MILLION
GET = 0.40 / MILLION
STORED_GB_MONTH = 0.023
LOG_GB = 0.50
ALARM_MONTH = 0.10
METRIC_MONTH = 0.30
SCHEDULE_CALL = 1.00 / MILLION
