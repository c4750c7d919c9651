// Keeps who is connected and sends every message to all of them.
export interface Room {
  join(who: string): Promise<void>;
  leave(who: string): Promise<void>;
  everybody(): Promise<string[]>;
}
interface Message {
  requestContext: { connectionId: string; routeKey: string; domainName?: string; stage?: string };
  body?: string;
}

/** One event of the WebSocket API; `send` says whether the other is still there. */
export async function handle(event: Message, room: Room, send: (to: string, text: string) => Promise<boolean>): Promise<{ statusCode: number }> {
  const { connectionId, routeKey } = event.requestContext;
  if (routeKey === "$connect") await room.join(connectionId);
  else if (routeKey === "$disconnect") await room.leave(connectionId);
  else {
    for (const other of await room.everybody()) {
      if (!(await send(other, event.body ?? ""))) await room.leave(other);
    }
  }
  return { statusCode: 200 };
}

export async function handler(event: Message): Promise<{ statusCode: number }> {
  const { DynamoDBClient, PutItemCommand, DeleteItemCommand, QueryCommand } = await import("@aws-sdk/client-dynamodb");
  const { ApiGatewayManagementApiClient, PostToConnectionCommand, GoneException } = await import("@aws-sdk/client-apigatewaymanagementapi");
  const table = new DynamoDBClient({});
  const TableName = process.env["TABLE"] ?? "";
  const key = (who: string) => ({ pk: { S: "room" }, sk: { S: who } });
  const room: Room = {
    join: async (who) => void (await table.send(new PutItemCommand({ TableName, Item: key(who) }))),
    leave: async (who) => void (await table.send(new DeleteItemCommand({ TableName, Key: key(who) }))),
    async everybody() {
      const found = await table.send(
        new QueryCommand({ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: "room" } } }),
      );
      return (found.Items ?? []).flatMap((item) => (item["sk"]?.S ? [item["sk"].S] : []));
    },
  };
  const { domainName, stage } = event.requestContext;
  const api = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  return handle(event, room, async (ConnectionId, text) => {
    try {
      await api.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(text) }));
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  });
}
