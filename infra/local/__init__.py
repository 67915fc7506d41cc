"""The embedded run: deploys the real template.yaml into an emulator on this machine, without Docker.

instance         an embedded stack's port, folder and environment
aws_clients      boto3 clients for its services
emulator         starts and stops MiniStack
emulator_program MiniStack, with a limit on the processes of the api
template         replaces each image function by the sources of its image
images           the worker images that `make build` made, for DOCKER=1
staging          the copy of the sources that is deployed, and its parameters
deploy           deploys the staged sources with the SAM CLI
stack            up, down and status of the whole stack
demo             runs the main job through the HTTP API
logs             prints the log lines of the functions
console          what the commands print
port_forward     lets containers reach ports on this machine's loopback
die_with_parent  runs a program that ends with the process that started it
"""
