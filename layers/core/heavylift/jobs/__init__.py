"""The rules of jobs. Pure: no module here reads or writes anything."""
