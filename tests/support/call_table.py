"""Every call of AWS that a function of the stack makes: the table that the roles are held to."""

from __future__ import annotations

from heavylift.jobs.object_keys import (
    callback_headers_key,
    deliver_key,
    manifest_key,
    output_key,
    sealed_key,
)
from heavylift.ports.lanes import Lane, queue_of
from infra.local.instance import STACK
from tests.support.stack_template import WORKERS, of_type, worker_of
from tests.support.translated import Call

SQS = "arn:aws:sqs:us-east-1:000000000000:"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Table"
BUCKET = "arn:aws:s3:::Bucket"
SEALED = f"{BUCKET}/{sealed_key('1')}"
OWN_HEADERS = f"{BUCKET}/{callback_headers_key('1')}"
OUTPUT = f"{BUCKET}/{output_key('1', 'page.png')}"
MANIFEST = f"{BUCKET}/{manifest_key('1', 2)}"
TARGET = f"{BUCKET}/{deliver_key('1')}"
"""Where the outputs of a job are sent."""
SEALED_LATER = f"{BUCKET}/{sealed_key('1', far=True)}"
HEADERS_LATER = f"{BUCKET}/{callback_headers_key('1', far=True)}"
TARGET_LATER = f"{BUCKET}/{deliver_key('1', far=True)}"
OF_JOBS = (SEALED, OWN_HEADERS, OUTPUT, MANIFEST, TARGET)
"""Objects of a job that have rules of their own."""
OF_LATER = (SEALED_LATER, HEADERS_LATER, TARGET_LATER)
"""The same of a job that runs much later."""
DEAD_LETTERS, CALLBACKS = f"{SQS}{STACK}-dead-letters", f"{SQS}{STACK}-callbacks"
FAILED_RECORDS = f"{SQS}CallbackDeadLetterQueue"
LABELS = ("REFERENCE#", "TAG#")
"""The lists of the jobs that have a label."""
KEYS = (
    *("JOB#", "IDEM#", "RATE#", "CALLS#", "WAIT#", "UPLOAD#", "KEY#", "TENANT#", "MODELS#", "QUEUE#"),
    *("SCHEDULES#", "BATCH#"),
    *LABELS,
)
"""What the partition keys of the table's items begin with."""
ADMISSION = ("IDEM#", "RATE#", "CALLS#", "WAIT#")
ALL_KEYS = "KEYS"
"""The partition of the index `tenant` that lists the API keys, for the operator only."""
PARTITIONS = {"open": "OPEN#", "dead": "DEAD#", "tenant": "TENANT#"}
KINDS = ("CALLBACK", "DELETED", "LATER", "SCHEDULE", "UNCOUNTED", "STOPPING")
"""Callbacks that wait long, deletions, jobs that run later, schedules that were cut off, ends in batches."""
OTHERS = {Call("dynamodb:Query", f"{TABLE}/index/open", f"{kind}#1") for kind in KINDS}
"""The janitor finds these in the same index as open jobs."""
ACTIONS = {
    "get_item": ["dynamodb:GetItem"],
    "batch_get_item": ["dynamodb:BatchGetItem"],
    "put_item": ["dynamodb:PutItem"],
    "update_item": ["dynamodb:UpdateItem"],
    "transact_write_items": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
    "query": ["dynamodb:Query"],
    "create_schedule": ["scheduler:CreateSchedule", "iam:PassRole"],
    "delete_schedule": ["scheduler:DeleteSchedule"],
    "get_event_source_mapping": ["lambda:GetEventSourceMapping"],
    "update_event_source_mapping": ["lambda:UpdateEventSourceMapping"],
    "send_message": ["sqs:SendMessage"],
    "send_message_batch": ["sqs:SendMessage"],
    "change_message_visibility": ["sqs:ChangeMessageVisibility"],
    "get_queue_attributes": ["sqs:GetQueueAttributes"],
    "get_queue_url": ["sqs:GetQueueUrl"],
    "get_object": ["s3:GetObject"],
    "head_object": ["s3:GetObject", "s3:ListBucket"],  # ListBucket: a missing object is 404, not 403
    "put_object": ["s3:PutObject"],
    "copy_object": ["s3:GetObject", "s3:PutObject"],
    "upload_file": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "upload_fileobj": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "create_multipart_upload": ["s3:PutObject"],
    "list_parts": ["s3:ListMultipartUploadParts"],
    "complete_multipart_upload": ["s3:PutObject"],
    "abort_multipart_upload": ["s3:AbortMultipartUpload"],
    "delete_object": ["s3:DeleteObject"],
    "delete_objects": ["s3:DeleteObject"],
    "list_objects_v2": ["s3:ListBucket"],
}
"""boto3's methods, as the adapters call them, and the actions that they need."""
BY_LAMBDA = {
    *("sqs:ReceiveMessage", "sqs:DeleteMessage"),
    *("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"),
}
"""Actions of event source mappings, which Lambda does with the function's role."""


def on_table(key: str, *verbs: str) -> set[Call]:
    return {Call(f"dynamodb:{verb}", TABLE, f"{key}1") for verb in verbs}


def on_index(*names: str) -> set[Call]:
    return {Call("dynamodb:Query", f"{TABLE}/index/{name}", f"{PARTITIONS[name]}1") for name in names}


def on_queue(arn: str, *verbs: str) -> set[Call]:
    return {Call(f"sqs:{verb}", arn) for verb in verbs}


def on_objects(folder: str, *verbs: str) -> set[Call]:
    return {Call(f"s3:{verb}", f"{BUCKET}/{folder}/1") for verb in verbs}


def work_queue_of(name: str, lane: Lane) -> str:
    return f"{SQS}{STACK}-work-{queue_of(worker_of(name), lane)}"


def on_work_queues_of(name: str, *verbs: str) -> set[Call]:
    return {call for lane in Lane for call in on_queue(work_queue_of(name, lane), *verbs)}


def on_all_work_queues(*verbs: str) -> set[Call]:
    return {call for name in WORKERS for call in on_work_queues_of(name, *verbs)}


MAPPINGS = {
    f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{name}"
    for name, each in of_type("AWS::Lambda::EventSourceMapping").items()
    if each["Properties"]["FunctionName"]["Ref"] in WORKERS
}
"""The event source mappings of the workers' queues."""


def on_mappings(*verbs: str) -> set[Call]:
    return {Call(f"lambda:{verb}", arn) for verb in verbs for arn in MAPPINGS}


ENTRY = "arn:aws:scheduler:us-east-1:000000000000:schedule/ScheduleGroup/1"
SCHEDULE_ROLE = "ScheduleRole.Arn"
ENTRIES = {
    *(Call(f"scheduler:{verb}Schedule", ENTRY) for verb in ("Create", "Delete")),
    Call("iam:PassRole", SCHEDULE_ROLE),
}
MODELS = {
    *on_table("MODELS#", "GetItem", "PutItem", "UpdateItem"),
    *on_objects("models", "GetObject", "PutObject", "DeleteObject"),
}
"""Of the worker whose tasks keep models."""
MAKING = {
    *on_table("JOB#", "BatchGetItem"),
    *on_table("BATCH#", "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
    *(c for key in LABELS for c in on_table(key, "GetItem", "BatchGetItem", "PutItem", "UpdateItem")),
    *on_table("MODELS#", "GetItem", "Query"),
    *on_objects("later", "PutObject"),
    *(Call("s3:PutObject", key) for key in OF_LATER),
    *on_all_work_queues("SendMessage", "GetQueueUrl"),
}
"""Of the worker that makes jobs."""
POLLED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
CALLS: dict[str, set[Call]] = {
    "ApiFunction": {
        *on_table("JOB#", "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "Query"),
        *(c for key in LABELS for c in on_table(key, "PutItem", "UpdateItem", "Query")),
        *(c for key in ADMISSION for c in on_table(key, "GetItem", "PutItem", "UpdateItem")),
        *on_table("UPLOAD#", "GetItem", "PutItem", "UpdateItem"),
        *on_table("KEY#", "GetItem"),
        *on_table("BATCH#", "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
        *on_index("open", "dead", "tenant"),
        *on_all_work_queues("SendMessage", "GetQueueUrl", "GetQueueAttributes"),
        *on_objects("jobs", "GetObject", "PutObject", "DeleteObject"),
        *on_objects("later", "GetObject", "PutObject", "DeleteObject"),
        *(
            Call(f"s3:{verb}Object", key)
            for verb in ("Get", "Put", "Delete")
            for key in (*OF_JOBS, *OF_LATER)
        ),
        *on_objects("uploads", "GetObject", "PutObject", "DeleteObject"),
        *on_objects("uploads", "ListMultipartUploadParts", "AbortMultipartUpload"),
        *on_table("QUEUE#", "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
        *on_table("SCHEDULES#", "GetItem", "UpdateItem", "Query"),
        *on_objects("schedules", "GetObject", "PutObject", "DeleteObject"),
        *ENTRIES,
        *on_mappings("GetEventSourceMapping", "UpdateEventSourceMapping"),
        *on_table("MODELS#", "GetItem", "PutItem", "UpdateItem", "Query"),
        *on_objects("models", "GetObject", "PutObject", "DeleteObject"),
        Call("s3:ListBucket", BUCKET),
    },
    "JanitorFunction": {
        *on_table("JOB#", "GetItem", "UpdateItem", "Query"),
        *on_table("SCHEDULES#", "GetItem", "UpdateItem"),
        *on_objects("schedules", "DeleteObject"),
        *ENTRIES,
        *on_table("QUEUE#", "GetItem"),
        *on_table("JOB#", "BatchGetItem"),
        *on_table("BATCH#", "GetItem", "BatchGetItem", "UpdateItem"),
        *(c for key in LABELS for c in on_table(key, "UpdateItem")),
        *on_index("open"),
        *OTHERS,
        *on_all_work_queues("SendMessage", "GetQueueUrl", "GetQueueAttributes"),
        *on_queue(DEAD_LETTERS, *POLLED),
        *on_queue(CALLBACKS, "SendMessage", "GetQueueUrl"),
        *on_objects("jobs", "GetObject", "DeleteObject"),
        *on_objects("later", "DeleteObject"),
        *(Call("s3:DeleteObject", key) for key in (*OF_JOBS, *OF_LATER)),
        *(Call("s3:GetObject", key) for key in OF_JOBS),
        Call("s3:ListBucket", BUCKET),
        *on_objects("orphans", "PutObject"),
    },
    "ScheduleFunction": {
        *(c for key in ("JOB#", "SCHEDULES#") for c in on_table(key, "GetItem", "PutItem", "UpdateItem")),
        *(c for key in ("IDEM#", "TAG#") for c in on_table(key, "PutItem", "UpdateItem")),
        *on_table("MODELS#", "GetItem"),
        *on_all_work_queues("SendMessage", "GetQueueUrl", "GetQueueAttributes"),
        *on_objects("schedules", "GetObject"),
        *on_objects("jobs", "PutObject", "DeleteObject"),
        *(Call(f"s3:{verb}Object", key) for verb in ("Put", "Delete") for key in OF_JOBS),
        Call("s3:ListBucket", BUCKET),
        Call("scheduler:DeleteSchedule", ENTRY),
    },
    "StreamFunction": {
        *(Call(f"dynamodb:{v}", f"{TABLE}/stream/1") for v in ("GetRecords", "GetShardIterator")),
        *(Call(f"dynamodb:{v}", f"{TABLE}/stream/1") for v in ("DescribeStream", "ListStreams")),
        *on_queue(CALLBACKS, "SendMessage", "GetQueueUrl"),
        *on_queue(FAILED_RECORDS, "SendMessage"),
        *on_table("JOB#", "GetItem", "BatchGetItem", "UpdateItem", "Query"),
        *on_table("BATCH#", "GetItem", "BatchGetItem", "UpdateItem"),
        *on_all_work_queues("SendMessage", "GetQueueUrl"),
        *on_objects("jobs", "GetObject"),
        Call("s3:ListBucket", BUCKET),
        *(Call("s3:DeleteObject", key) for key in (SEALED, SEALED_LATER, OWN_HEADERS, HEADERS_LATER)),
        *(Call("s3:GetObject", key) for key in OF_JOBS),
        *on_objects("orphans", "PutObject"),
    },
    "CallbackFunction": {
        *on_table("JOB#", "GetItem", "UpdateItem"),
        *on_table("TENANT#", "GetItem", "PutItem", "UpdateItem"),
        *on_objects("webhooks", "GetObject", "PutObject"),
        *(Call(f"s3:{v}Object", key) for v in ("Get", "Delete") for key in (OWN_HEADERS, HEADERS_LATER)),
        *(Call("s3:GetObject", key) for key in (OUTPUT, MANIFEST, TARGET, TARGET_LATER)),
        *(Call("s3:DeleteObject", key) for key in (TARGET, TARGET_LATER)),
        Call("s3:ListBucket", BUCKET),
        *on_queue(CALLBACKS, *POLLED, "ChangeMessageVisibility", "GetQueueUrl"),
        *on_objects("orphans", "PutObject"),
    },
    **{
        name: {
            *on_table("JOB#", "GetItem", "PutItem", "UpdateItem", "Query"),
            *on_table("QUEUE#", "GetItem"),
            *on_work_queues_of(name, *POLLED, "ChangeMessageVisibility"),
            *on_work_queues_of(name, "GetQueueUrl", "SendMessage"),
            *on_objects("jobs", "GetObject", "PutObject", "AbortMultipartUpload"),
            *(
                Call(f"s3:{verb}", key)
                for verb in ("GetObject", "PutObject", "AbortMultipartUpload")
                for key in OF_JOBS
            ),
            *on_objects("later", "GetObject"),
            *(Call("s3:GetObject", key) for key in OF_LATER),
            *on_objects("uploads", "GetObject"),
            *on_objects("orphans", "PutObject", "AbortMultipartUpload"),
            Call("s3:ListBucket", BUCKET),
            *(MODELS if worker_of(name) == "learn" else ()),
            *(MAKING if worker_of(name) == "batches" else ()),
        }
        for name in WORKERS
    },
}
"""Every call of every function."""
MADE = {call.action for calls in CALLS.values() for call in calls}
