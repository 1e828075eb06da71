"""What made a file: settings, seed, digests of networks, version and citation, inside of the file itself.

Examples
--------
>>> from structviz.provenance import Provenance, read_notes, stamp
>>> table = stamp("a,b\\n1,2\\n", "table.csv", Provenance("notebook", {"level": 0.25}, seed=3))
>>> read_notes(table, "table.csv")["settings"]
{'level': 0.25}
"""

from structviz.provenance.notes import FILE_TYPES, check_file_type, read_notes, write_notes
from structviz.provenance.record import CITATION, Provenance, stamp

__all__ = ["CITATION", "FILE_TYPES", "Provenance", "check_file_type", "read_notes", "stamp", "write_notes"]
