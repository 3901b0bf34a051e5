using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Docker;

/// <summary>Ports of the machine that lead, in their order, to ports of a container: as many.</summary>
/// <param name="Container">The container's ports.</param>
/// <param name="Host">The machine's.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
internal sealed record HostRange(PortRange Container, PortRange Host, string Protocol)
{
    /// <summary>Each port of the container, as Docker writes it, with the machine's.</summary>
    public IEnumerable<(string Container, string Host)> Pairs() => Enumerable.Range(0, Container.Count)
        .Select(i => ($"{Container.First + i}/{Protocol}", $"{Host.First + i}"));

    /// <summary>The range as a label has it: <c>8000-8004=40000-40004/tcp</c>.</summary>
    public override string ToString() => $"{Container}={Host}/{Protocol}";

    /// <summary>Reads what <see cref="ToString"/> wrote; false for every other text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HostRange? range)
    {
        range = text.Split('=', '/') is [var inside, var outside, var protocol] && (protocol is "tcp" or "udp")
            && PortRange.TryParse(inside, out var container) && PortRange.TryParse(outside, out var host)
            && container.Count == host.Count
                ? new HostRange(container, host, protocol)
                : null;
        return range is not null;
    }
}
