//! The door for agents: the Model Context Protocol, over standard input and output or HTTP.

use std::io;
use std::sync::Arc;

use landfall_answers::{Around, Session};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, Implementation, ListPromptsResult, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, Prompt, PromptArgument, PromptMessage,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Resource,
    ResourceContents, Role, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::stdio;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::admission::{AT_ONCE, Admission};
use crate::calls::{Call, body_of};
use crate::engine::{Engine, Reply, Shared};
use crate::prompts::BEGINNINGS;
use crate::refusal::Refusal;
use crate::shelf;

const INSTRUCTIONS: &str = "Landfall decides where a workload runs on AWS (Lambda, Fargate, ECS, \
    EKS, Batch) from a workload file in TOML, and computes cost, latency and break-even points. \
    Take figures from these tools and compute none yourself. A fact that nobody knows is left \
    out of the file, not guessed: next_questions says which are worth asking. decide answers in \
    a few lines; explain has the rest for one option. landfall://schema/workload describes the \
    file, landfall://examples/ has some.";

/// What speaks the protocol; the way in which messages come is another's.
pub(crate) struct Agents<A> {
    engine: Shared<A>,
    session: Session,
    admission: Admission,
}

impl<A> Clone for Agents<A> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            session: self.session.clone(),
            admission: self.admission.clone(),
        }
    }
}

/// Speaks the protocol over standard input and output until the input ends or the process is
/// asked to end.
///
/// # Errors
/// The other side does not speak the protocol, or a pipe breaks.
pub fn serve<A: Around + Send + Sync + 'static>(engine: Engine<A>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(AT_ONCE)
        .enable_all()
        .build()?;
    let agents = Agents::new(Arc::new(engine), Admission::new(None))?;
    let ended = runtime.block_on(async {
        let speaking = async {
            let service = agents.serve(stdio()).await.map_err(io::Error::other)?;
            service.waiting().await.map_err(io::Error::other)?;
            Ok(())
        };
        tokio::select! {
            ended = speaking => ended,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    });
    runtime.shutdown_background();
    ended
}

fn object(value: Value) -> Arc<Map<String, Value>> {
    Arc::new(match value {
        Value::Object(object) => object,
        _ => Map::new(),
    })
}

/// The schema of what a tool takes. A decision is brief unless its form is named.
fn input(call: Call) -> Arc<Map<String, Value>> {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let mut schema = call.request(&mut generator).to_value();
    if call == Call::Decide
        && let Some(form) = schema.pointer_mut("/properties/form/default")
    {
        *form = json!("brief");
    }
    object(schema)
}

/// The schema of what a tool answers with.
fn output(call: Call) -> Arc<Map<String, Value>> {
    let known = match call {
        Call::Simulate => landfall_answers::schema("simulation"),
        Call::Bill => landfall_answers::schema("bill"),
        _ => None,
    };
    object(known.unwrap_or_else(|| json!({ "type": "object" })))
}

fn tool(call: Call) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(true)
        .idempotent(true)
        .open_world(false);
    Tool::new(call.name(), call.summary(), input(call))
        .with_raw_output_schema(output(call))
        .with_annotations(annotations)
}

/// An answer as a result: JSON as it is, other text as it is and in an object. A refusal is a
/// result as well, with its line and its hint.
fn result(answer: Result<Reply, Refusal>) -> CallToolResult {
    match answer {
        Ok(reply) => {
            let value = match reply.media {
                "application/json" => serde_json::from_str(&reply.text).ok(),
                media => Some(json!({ "media": media, "text": reply.text })),
            };
            let mut result = CallToolResult::success(vec![ContentBlock::text(reply.text)]);
            result.structured_content = value;
            result
        }
        Err(refusal) => {
            let document = refusal.document();
            CallToolResult::error(vec![ContentBlock::text(document.to_string())])
        }
    }
}

impl<A: Around + Send + Sync + 'static> Agents<A> {
    pub(crate) fn new(engine: Shared<A>, admission: Admission) -> io::Result<Self> {
        let session = engine.usual().cloned();
        let session = session.map_err(|problem| io::Error::other(format!("{problem:?}")))?;
        Ok(Self {
            engine,
            session,
            admission,
        })
    }

    /// The same over HTTP, without sessions: every request stands for itself, so that nothing
    /// is kept between two of them. One that its client gives up is cancelled.
    pub(crate) fn over_http(
        self,
        largest_bytes: usize,
    ) -> StreamableHttpService<Self, NeverSessionManager> {
        // `Host` and `Origin` are checked for every path before this is reached, and more
        // strictly: with the port.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(largest_bytes)
            .disable_allowed_hosts();
        let agents = move || Ok(self.clone());
        StreamableHttpService::new(agents, Arc::default(), config)
    }

    /// Makes an answer on a thread of its own; one that is cancelled is not waited for.
    async fn call(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let call = Call::ALL
            .into_iter()
            .find(|call| call.name() == request.name)
            .ok_or_else(|| {
                ErrorData::invalid_params(format!("there is no tool `{}`", request.name), None)
            })?;
        let mut arguments = request.arguments.unwrap_or_default();
        if call == Call::Decide {
            arguments.entry("form").or_insert_with(|| json!("brief"));
        }
        let body = body_of(&Value::Object(arguments));
        let engine = self.engine.clone();
        let answer = self.admission.in_turn(move || call.answer(&engine, &body));
        tokio::select! {
            answer = answer => Ok(match answer {
                Ok(answer) => result(answer.map_err(Refusal::from)),
                Err(refusal) => result(Err(refusal)),
            }
            .into()),
            () = context.ct.cancelled() => {
                Err(ErrorData::internal_error("the call was cancelled", None))
            }
        }
    }

    fn read(&self, request: &ReadResourceRequestParams) -> Result<ReadResourceResponse, ErrorData> {
        let uri = &request.uri;
        let pages = shelf::pages(&self.session);
        let page = pages.into_iter().find(|page| page.uri == *uri);
        let text = shelf::text(uri, &self.session);
        let (page, text) = page
            .zip(text)
            .ok_or_else(|| ErrorData::resource_not_found(format!("there is no `{uri}`"), None))?;
        let contents = ResourceContents::text(text, uri.as_str()).with_mime_type(page.media);
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    fn begin(request: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
        let name = &request.name;
        let beginning = BEGINNINGS.iter().find(|one| one.name == *name);
        let beginning = beginning.ok_or_else(|| {
            ErrorData::invalid_params(format!("there is no prompt `{name}`"), None)
        })?;
        let given = |name: &str| {
            let value = request.arguments.as_ref()?.get(name)?;
            Some(value.as_str()?.to_owned())
        };
        for (argument, _, is_needed) in beginning.arguments {
            if *is_needed && given(argument).is_none() {
                let what = format!("the prompt `{name}` needs `{argument}`");
                return Err(ErrorData::invalid_params(what, None));
            }
        }
        let message = PromptMessage::new_text(Role::User, beginning.filled(given));
        let result = GetPromptResult::new(vec![message]).with_description(beginning.about);
        Ok(result.into())
    }
}

impl<A: Around + Send + Sync + 'static> ServerHandler for Agents<A> {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        let server = Implementation::new("landfall", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_server_info(server.with_title("Landfall"))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = Call::ALL.into_iter().map(tool).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.call(request, context).await
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let pages = shelf::pages(&self.session).into_iter().map(|page| {
            Resource::new(page.uri, page.name)
                .with_description(page.about)
                .with_mime_type(page.media)
        });
        Ok(ListResourcesResult::with_all_items(pages.collect()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        self.read(&request)
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let prompts = BEGINNINGS.iter().map(|one| {
            let arguments = one.arguments.iter().map(|(name, about, is_needed)| {
                PromptArgument::new(*name)
                    .with_description(*about)
                    .with_required(*is_needed)
            });
            Prompt::new(one.name, Some(one.about), Some(arguments.collect()))
        });
        Ok(ListPromptsResult::with_all_items(prompts.collect()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Self::begin(&request)
    }
}
