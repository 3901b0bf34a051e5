using Ecs.Contracts.Commands;

namespace Ecs.Simulation.Clients;

/// <summary>One thing that a client wanted: every sending of it, and every answer that it got.</summary>
internal sealed class Asked(Command command)
{
    /// <summary>The command, as it was first sent.</summary>
    public Command Command => command;

    /// <summary>The service that decides it.</summary>
    public string Service { get; } = CommandTypes.Of(command.GetType()).Service;

    /// <summary>Whether each sending has an id of its own, since a token stands for all of them.</summary>
    public bool IsByToken => command is RunTask { ClientToken: not null };

    /// <summary>The answers, in the order in which they came.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Whether the client has what it wanted, or a refusal that will not change.</summary>
    public bool IsSettled { get; set; }
}
