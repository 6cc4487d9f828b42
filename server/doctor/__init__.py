"""`lianzhen doctor`: tries out whether this county works, up to a call whose pictures are decoded.

It is a program of its own, `python -m server.doctor`, which the command line starts as a process. The probe call
needs aiortc as a participant that we didn't write, and aiortc brings codecs; so nothing that `lianzhen run` loads may
import this package, and `.importlinter` keeps the command line from it.

Nothing is changed in the county: a file is written to the disk and taken away, a device that nobody knows knocks at
the DICOM port, and a room that belongs to no consult is entered and left. Only this machine, what the settings name
and the address given on the command line are contacted.
"""
