"""The speed that is claimed, each figure beside a floor that is measured in the same run: `nox -s bench`.

A floor is what somebody would have to write instead: the same SQL by hand on the driver, the other import, the other
command. Ours and the floor take turns in short rounds, so that whatever else the machine does falls on both. Nothing is
asserted; the table at the end says what is over what is allowed.
"""
