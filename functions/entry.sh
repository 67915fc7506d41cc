#!/bin/sh
# Every worker image starts here. Lambda and `sam local` bring the runtime API. An emulator that runs the image
# alone needs the runtime interface emulator, if one was put into the image or mounted there.
set -eu
# Lambda runs an image as a user of its own. Elsewhere it starts as root (a USER line in the Dockerfile would
# keep `sam local` from adding its emulator to the image), so root ends here.
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$0" "$@"
fi
rie=/usr/local/bin/aws-lambda-rie
if [ -z "${AWS_LAMBDA_RUNTIME_API:-}" ] && [ -x "$rie" ]; then
    exec "$rie" python3 -m awslambdaric "$@"
fi
exec python3 -m awslambdaric "$@"
