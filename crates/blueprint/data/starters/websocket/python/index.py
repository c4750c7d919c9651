"""Keeps who is connected and sends every message to all of them."""

import os


def handle(event: dict, table, send) -> dict:
    """One event of the WebSocket API."""
    request = event["requestContext"]
    me, route = request["connectionId"], request["routeKey"]
    if route == "$connect":
        table.put_item(Item={"pk": "room", "sk": me})
    elif route == "$disconnect":
        table.delete_item(Key={"pk": "room", "sk": me})
    else:
        found = table.query(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": "room"})
        for other in found["Items"]:
            if not send(other["sk"], event.get("body", "")):
                # Gone without saying so.
                table.delete_item(Key={"pk": "room", "sk": other["sk"]})
    return {"statusCode": 200}


def handler(event: dict, _context) -> dict:
    import boto3

    request = event["requestContext"]
    address = f"https://{request['domainName']}/{request['stage']}"
    api = boto3.client("apigatewaymanagementapi", endpoint_url=address)

    def send(connection: str, text: str) -> bool:
        try:
            api.post_to_connection(ConnectionId=connection, Data=text.encode())
        except api.exceptions.GoneException:
            return False
        return True

    return handle(event, boto3.resource("dynamodb").Table(os.environ["TABLE"]), send)
