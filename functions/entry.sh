#!/bin/sh
# The entry point of every worker image. Lambda and `sam local` provide the runtime API. Elsewhere the runtime
# interface emulator provides it, if the image has the emulator or the host mounts it.
set -eu
# Lambda runs an image as an unprivileged user. Elsewhere the image starts as root, because a USER line in the
# Dockerfile would stop `sam local` from adding its emulator to the image. This drops root.
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$0" "$@"
fi
rie=/usr/local/bin/aws-lambda-rie
if [ -z "${AWS_LAMBDA_RUNTIME_API:-}" ] && [ -x "$rie" ]; then
    exec "$rie" python3 -m awslambdaric "$@"
fi
exec python3 -m awslambdaric "$@"
