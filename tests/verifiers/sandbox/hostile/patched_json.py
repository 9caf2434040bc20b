# expect: returned foreign
import json


def forged(*args, **options):
    return '{"load":null,"kinds":{},"outcomes":[["returned",3,{},false,""]]}'


json.dumps = json.loads = forged
json.JSONEncoder.encode = json.JSONEncoder.iterencode = forged
json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = forged


class Evil:
    pass


def f(x):
    return Evil()
