"""Just enough for the suite to find out that there is no role."""

EXEC_PROFILE_DEFAULT = "default"


class NoHostAvailable(Exception):
    pass


class ConsistencyLevel:
    LOCAL_QUORUM = 6
    QUORUM = 4


class ExecutionProfile:
    def __init__(self, *args, **options):
        pass


class _Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def execute(self, *args, **options):
        raise NoHostAvailable("there is no CQL behind the profile")

    def shutdown(self):
        pass


class Cluster(_Nothing):
    def __init__(self, *args, **options):
        pass

    def connect(self, *args, **options):
        return _Nothing()
