"""Stands in for the modules of ScyllaDB's own test runner, which the suite imports and which need all of its repository.

What is here is what the suite uses of them when it is given an address to test.
"""

import sys
from types import ModuleType
from urllib.parse import urlparse

import pytest


def _module(name, **members):
    module = ModuleType(name)
    module.__path__ = []
    for member, value in members.items():
        setattr(module, member, value)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, module)


def _skip(reason):
    pytest.skip(reason)


def _session(*args, **options):
    return "session"


@pytest.fixture(scope="session")
def host(request):
    return urlparse(request.config.getoption("url")).hostname


_module("test.conftest", dynamic_scope=_session)
_module("test.cqlpy")
_module("test.cqlpy.conftest", host=host)
_module("test.pylib")
_module("test.pylib.driver_utils", safe_driver_shutdown=lambda cluster: cluster.shutdown())
_module("test.pylib.runner", testpy_test_fixture_scope=_session)
_module(
    "test.pylib.skip_types",
    skip_bug=_skip,
    skip_env=_skip,
    skip_not_implemented=_skip,
    skip_slow=_skip,
)
_module("test.pylib.suite")
_module("test.pylib.suite.python", add_host_option=lambda parser: None)

_marks = ("skip_bug", "skip_env", "skip_not_implemented", "skip_slow")


def pytest_configure(config):
    for mark in _marks:
        config.addinivalue_line("markers", f"{mark}(reason): skips the test")


def pytest_runtest_setup(item):
    for mark in _marks:
        found = item.get_closest_marker(mark)
        if found:
            pytest.skip(found.kwargs.get("reason") or (found.args or (mark,))[0])
