"""`make sam-local`: runs the real functions under `sam local`, on the services of MiniStack or LocalStack.

intrinsics     resolves a template's expressions (Ref, Fn::GetAtt, ...)
provision      creates the template's table, bucket and queues through the services' APIs
sam_template   derives the template that `sam local` runs from the built one, with every expression resolved
merge_layers   copies the layers of each zip function into its code
event_sources  reads from the template what invokes each function: queues, schedules, the table's stream
event_filters  compiles the filter patterns of a stream's event source
sqs_poller     polls a queue and invokes its function, as Lambda's event source mapping does
mappings       turns the pollers of a queue off and on: Lambda's API of event source mappings
stream_poller  polls the table's stream and invokes its function, as Lambda's event source mapping does
schedule       invokes a function at the rate of its schedule
start_api      `sam local start-api`, with a limit on the size of request bodies
processes      background processes that end with the session
session        starts all of these and runs until interrupted
"""
