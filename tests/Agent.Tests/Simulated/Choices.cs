namespace Ecs.Agent.Tests.Simulated;

/// <summary>Chance that a property test can shrink: a list of numbers, then the first choice for ever.</summary>
internal sealed class Choices(int[] numbers)
{
    private int _next;

    public bool AreLeft => _next < numbers.Length;

    public int Among(int count) => AreLeft ? numbers[_next++] % count : 0;
}
