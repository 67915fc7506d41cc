"""`make sam-local`: the real functions under `sam local`, on MiniStack's or LocalStack's services.

values      what a template's expressions come to
provision   the table, the bucket and the queues of a template, made through the services' own APIs
derive      the built template as `sam local` runs it, every expression settled
layers      each zip function with what its layers bring beside its code
sources     what calls the functions, as the template says: queues, schedules, the table's stream
bridge      a queue's messages to its function, as Lambda's event source mapping does
stream      the table's stream to its function, likewise
filters     which of the stream's records go there
schedule    the rate of a schedule
start_api   `sam local start-api`, with an answer that it lacks
programs    the processes that make up the run
run         all of it, until it is interrupted
"""
