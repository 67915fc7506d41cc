"""The embedded run: the real template.yaml in an emulator on this machine, with no Docker.

place      where an embedded stack lives: its port, its folder, the environment of its programs
emulator   starts and ends MiniStack
template   swaps each image function for its source folder
deploy     stages the sources and deploys them with the SAM CLI, when they have changed
stack      up and down: the two above, and local.json
run        the main job, through plain HTTP
"""
