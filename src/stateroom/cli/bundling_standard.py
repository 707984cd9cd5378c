"""What a browser's Python has without any package being loaded.

Pyodide leaves out what a browser cannot do, so its standard library is not that of
the Python that this command runs on; nor is its version.
"""

from __future__ import annotations

__all__ = ("PROVIDED", "PYODIDE", "STANDARD")

PYODIDE = "314.0.7"
"""The release of Pyodide, with CPython 3.14.2, whose modules these are.

Source: ``tests/interpreters`` imports every module of the standard library there.
"""
PROVIDED = frozenset({"_pyodide", "_pyodide_core", "js", "pyodide", "pyodide_js"})
"""Modules that are no part of Python: the page's JavaScript, and Pyodide's own."""
_NAMES = """
    __future__ abc annotationlib argparse array ast asyncio atexit base64 bdb
    binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop
    collections colorsys compileall compression concurrent configparser contextlib
    contextvars copy copyreg csv ctypes dataclasses datetime decimal difflib dis
    doctest email encodings enum errno faulthandler fcntl filecmp fileinput fnmatch
    fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
    gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress
    itertools json keyword linecache locale logging lzma mailbox marshal math
    mimetypes mmap modulefinder multiprocessing netrc ntpath nturl2path numbers
    opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform
    plistlib poplib posix posixpath pprint profile pstats pty py_compile pyclbr
    pydoc pyexpat queue quopri random re reprlib rlcompleter runpy sched secrets
    select selectors shelve shlex shutil signal site smtplib socket socketserver
    sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
    stringprep struct subprocess symtable sys sysconfig tabnanny tarfile tempfile
    termios textwrap threading time timeit token tokenize tomllib trace traceback
    tracemalloc tty types typing unicodedata unittest urllib uuid warnings wave
    weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo

    _abc _ast _ast_unparse _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn
    _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections
    _collections_abc _colorize _compat_pickle _contextvars _csv _ctypes _datetime
    _decimal _elementtree _frozen_importlib _frozen_importlib_external _functools
    _heapq _hmac _imp _io _json _locale _lsprof _lzma _markupbase _md5
    _multibytecodec _opcode _opcode_metadata _operator _pickle _posixsubprocess
    _py_abc _py_warnings _pydatetime _pyio _pylong _pyrepl _queue _random
    _remote_debugging _sha1 _sha2 _sha3 _signal _sitebuiltins _socket _sqlite3 _sre
    _ssl _stat _statistics _string _strptime _struct _suggestions _symtable
    _sysconfig _thread _threading_local _tokenize _tracemalloc _types _typing
    _warnings _weakref _weakrefset _zoneinfo _zstd
"""
STANDARD = frozenset(_NAMES.split())
"""The top-level modules of the standard library that can be imported there."""
