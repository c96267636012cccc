"""A file system with one file, `.marker`; while the file CONTROL exists, every look at it hangs.

usage: hung-file-system.py MOUNTPOINT CONTROL
"""
import errno
import os
import stat
import sys
import time

from fusepy import FUSE, FuseOSError, Operations


class Hanging(Operations):
    def getattr(self, path, fh=None):
        while os.path.exists(sys.argv[2]):
            time.sleep(0.02)
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path == "/.marker":
            return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": 0}
        raise FuseOSError(errno.ENOENT)

    def readdir(self, path, fh):
        return [".", "..", ".marker"]


FUSE(
    Hanging(),
    sys.argv[1],
    foreground=True,
    nothreads=False,
    entry_timeout=0,
    attr_timeout=0,
    negative_timeout=0,
)
