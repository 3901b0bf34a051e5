using Ecs.Contracts;

namespace Ecs.Gateway;

/// <summary>
/// How much the Gateway takes on at once, and how long it waits. Each is a refusal with its name when reached.
/// </summary>
internal static class Limits
{
    /// <summary>The largest body that is read, in bytes. ECS's own task definitions end at 64 KiB.</summary>
    public const int BodyBytes = 1024 * 1024;

    /// <summary>
    /// How much of a body that is too large is still taken from the wire, in bytes: a client that is cut off while it
    /// sends never reads why.
    /// </summary>
    public const int DrainedBytes = 16 * BodyBytes;

    /// <summary>The deepest nesting of a body: that of every reader of the house.</summary>
    public const int BodyDepth = EcsJson.MaxDepth;

    /// <summary>ECS requests that are worked on at once; each holds its body and one waiting answer.</summary>
    public const int Requests = 256;

    /// <summary>ECS requests that wait for one of those places; the next is told to slow down.</summary>
    public const int WaitingRequests = 256;

    /// <summary>Readers of the log and of the dead letters at once; a follower may stay for days.</summary>
    public const int Readers = 64;

    /// <summary>Readers of logs and users of <c>ecs exec</c> at once; each holds up to 1 MiB.</summary>
    public const int Conversations = 128;

    /// <summary>How long a command may wait to be decided. The AWS CLI gives up reading after 60 s.</summary>
    public static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(20);

    /// <summary>How long a query may wait: it changes nothing, so that asking again is cheap.</summary>
    public static readonly TimeSpan QueryTime = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How much longer than the deadline an answer is waited for: a decision just before it is still on its way.
    /// </summary>
    public static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long a client may take to send its body.</summary>
    public static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(20);

    /// <summary>How long going through the dead letters may take.</summary>
    public static readonly TimeSpan DeadLetterTime = TimeSpan.FromSeconds(20);

    /// <summary>How long the Auditor may take to accept a connection.</summary>
    public static readonly TimeSpan AuditorConnectTime = TimeSpan.FromSeconds(3);
}
