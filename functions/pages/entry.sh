#!/bin/sh
# Lambda and `sam local` bring the runtime API. An emulator that runs the image alone needs the runtime
# interface emulator, if one was put into the image or mounted there.
set -eu
rie=/usr/local/bin/aws-lambda-rie
if [ -z "${AWS_LAMBDA_RUNTIME_API:-}" ] && [ -x "$rie" ]; then
    exec "$rie" python3 -m awslambdaric "$@"
fi
exec python3 -m awslambdaric "$@"
