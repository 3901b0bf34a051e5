using Ecs.Bus;
using Ecs.Log;
using Ecs.Model;
using Microsoft.Extensions.Logging;

namespace Ecs.Leading;

/// <summary>What a lead is made of: what the service brings, and the log and the bus that it works between.</summary>
internal sealed record LeadingParts<TState>(
    LeadingRole<TState> Role,
    EventLog Log,
    IServiceEndpoint Endpoint,
    IEventPublisher Events,
    TimeProvider Time,
    ILogger Logger)
    where TState : IState<TState>
{
    public string Service => Role.Decider.Service;

    public LogFilter Owned => new() { Kinds = Role.Decider.Kinds };
}
