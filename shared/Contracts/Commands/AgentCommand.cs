namespace Ecs.Contracts.Commands;

/// <summary>What an Agent says of its own instance. Its sender is told by the key that signed the message.</summary>
public abstract record AgentCommand : Command
{
    /// <summary>
    /// The fingerprint of the key that signed the message; null where none did. The bus's edge fills it in, after it
    /// has compared signature and body: a body that names it is refused. So it is recorded as a fact, and deciding the
    /// command again needs no signature.
    /// </summary>
    public string? SignedBy { get; init; }
}
