"""The rules of jobs. Pure: nothing here reads or writes anything."""
