namespace Ecs.Contracts.Bus;

/// <summary>
/// The names on the broker: a contract with every program that speaks to the house without its libraries.
/// </summary>
public static class Exchanges
{
    /// <summary>The topic exchange that every event goes to; see <see cref="RoutingKey"/>.</summary>
    public const string Events = "ecs.events";

    /// <summary>
    /// The queue, and the fanout exchange before it, of everything that could not be read or handled.
    /// </summary>
    public const string DeadLetters = "ecs.dead-letters";

    /// <summary>The exchange of the Agents' heartbeats, which are never logged.</summary>
    public const string Heartbeats = "ecs.heartbeats";

    /// <summary>
    /// The direct exchange by which an Agent is asked for what takes more than one message, such as logs; the routing
    /// key is its container instance's id.
    /// </summary>
    public const string Conversations = "ecs.conversations";

    /// <summary>
    /// The direct exchange of the quick way of queries, past the queues that outlast a restart; the routing key is the
    /// query's name. It leads only to who leads now, so whoever uses it must be ready to ask by
    /// <see cref="Command"/> where it takes nothing or no answer comes.
    /// </summary>
    public const string Queries = "ecs.queries";

    /// <summary>
    /// The direct exchange of early copies of what goes to an <see cref="Agent"/>, for the Agents that are there; the
    /// routing key is the container instance's id. The copy is past the disk of the Agent's queue, and has the
    /// <c>message_id</c> of the message there.
    /// </summary>
    public const string Assignments = "ecs.assignments";

    /// <summary>The fanout exchange of one command or query.</summary>
    public static string Command(string name) => $"ecs.commands.{name}";

    /// <summary>The exchange and queue of one Agent, by its container instance's id.</summary>
    public static string Agent(string instanceId) => $"agent.{instanceId}";

    /// <summary>
    /// <c>&lt;kind&gt;.&lt;event&gt;.&lt;cluster&gt;.&lt;region&gt;.&lt;account&gt;</c>, where the kind is the ARN's
    /// word, and
    /// the cluster is <c>-</c> for what is in none: so <c>task.#</c> is every task's events.
    /// </summary>
    public static string RoutingKey(string stream, string eventName)
    {
        var arn = Arn.Parse(stream);
        var cluster = arn.ClusterName is "" ? "-" : arn.ClusterName;
        return $"{Arn.Word(arn.Kind)}.{eventName}.{cluster}.{arn.Scope.Region}.{arn.Scope.Account}";
    }
}

/// <summary>The AMQP headers that every event's message carries.</summary>
public static class EventHeaders
{
    /// <summary>The event's position in the log.</summary>
    public const string Position = "ecs-position";

    /// <summary>The ARN of the event's stream.</summary>
    public const string Stream = "ecs-stream";

    /// <summary>The event's version in its stream.</summary>
    public const string Version = "ecs-version";

    /// <summary>The event's stored name.</summary>
    public const string Event = "ecs-event";

    /// <summary>The id of the command that caused the event.</summary>
    public const string Causation = "ecs-causation";

    /// <summary>What ties the event to other commands' events.</summary>
    public const string Correlation = "ecs-correlation";

    /// <summary>Who asked for what happened.</summary>
    public const string Actor = "ecs-actor";

    /// <summary>When the event's commit was written, ISO 8601.</summary>
    public const string LogTime = "ecs-log-time";
}

/// <summary>The AMQP headers of what is said in conversations with Agents: the house's own.</summary>
public static class ConversationHeaders
{
    /// <summary>Counts the sender's parts from 1; 0 where it is only a sign of life.</summary>
    public const string Number = "ecs-number";

    /// <summary>How many of the other end's parts the sender has taken in.</summary>
    public const string Heard = "ecs-heard";
}
