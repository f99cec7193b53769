class PlainTextAuthProvider:
    def __init__(self, *args, **options):
        pass
